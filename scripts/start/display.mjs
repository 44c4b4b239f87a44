// The graphical session of the person who started us. sudo keeps little of it, so it crosses in one variable.

const VARIABLES = [
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'XDG_RUNTIME_DIR',
  'XDG_SESSION_TYPE',
  'XDG_CURRENT_DESKTOP',
  'DBUS_SESSION_BUS_ADDRESS',
];
const CARRIER = 'SALLYPORT_GRAPHICAL_SESSION';

/** The variables of the session that are set here, or were carried here through sudo. */
export function graphicalSession(environment = process.env) {
  const all = { ...environment, ...carried(environment) };
  return Object.fromEntries(VARIABLES.filter((name) => all[name]).map((name) => [name, all[name]]));
}

export function hasDisplay(session) {
  return session.DISPLAY !== undefined || session.WAYLAND_DISPLAY !== undefined;
}

/** Words to put before a command that runs through sudo. */
export function carryingWords(environment = process.env) {
  const session = graphicalSession(environment);
  return hasDisplay(session) ? ['env', `${CARRIER}=${JSON.stringify(session)}`] : [];
}

function carried(environment) {
  try {
    return JSON.parse(environment[CARRIER] ?? '{}');
  } catch {
    return {};
  }
}
