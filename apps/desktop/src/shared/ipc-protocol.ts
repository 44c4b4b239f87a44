// What Electron's main process and the preload of its pages must agree on: the names of the channels, and how updates are taken.

/** invoke(name, argument): one call of either contract. Answered with its Outcome. */
export const CALL_CHANNEL = 'sallyport:call';
/** postMessage with one MessagePort, on which updates come from then on. */
export const UPDATES_CHANNEL = 'sallyport:updates';
/** The page's answer on that port to each update: the next one may come. */
export const TAKEN = 'taken';
