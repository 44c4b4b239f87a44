// For checks.mk: loads the addon from another build folder, without a switch in the product for it.
const build = process.env.SALLYPORT_ADDON_BUILD;
const load = process.dlopen;

process.dlopen = (module, path, ...flags) =>
  load(module, path.replace(/build(?=\/[a-z_]+\.node$)/, build), ...flags);
