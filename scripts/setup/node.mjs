// How Node 24 is called: it runs TypeScript by itself; only the warning of node:sqlite is silenced.

export const nodeFlags = ['--disable-warning=ExperimentalWarning'];
