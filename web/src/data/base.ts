/** Root of the console and of the API: what the service has put into `<base>`. A proxy may have put it under any path. */
export const BASE = new URL('.', document.baseURI);

/** For the router: the path of the root, without its last slash. */
export const BASENAME = BASE.pathname.replace(/\/$/, '');
