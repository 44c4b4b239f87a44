// What the web shell and its pages must agree on: the paths of the API, and where the token stands in an address.

/** POST with `{ token }`: exchanges a one-time token for the cookie of a session. */
export const SESSION_PATH = '/api/session';
/** POST with the call's argument: one call of the contract, named by what follows. Answered with its Outcome. */
export const CALL_PATH = '/api/call/';
/** POST: one DesktopUpdate a line, for as long as it is read. An empty line says that the shell is still there. */
export const UPDATES_PATH = '/api/updates';
/** Every request to the API has this content type, which a page of another origin cannot send without being asked first. */
export const API_CONTENT_TYPE = 'application/json';
/** In the fragment of an address, which browsers never send to a server. */
export const TOKEN_PREFIX = '#token=';
/** How often an idle stream of updates has an empty line. */
export const HEARTBEAT_MS = 15_000;
