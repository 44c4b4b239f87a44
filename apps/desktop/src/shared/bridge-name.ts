// Where a page finds its DesktopApi: a property of the page's global object, put there by the host before the page's scripts run.
export const BRIDGE_NAME = 'sallyport';
