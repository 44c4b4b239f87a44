// How Node is called for the agent. Young objects get little room: the agent makes few that last, and pages that a burst once
// touched would stay resident. Old ones are collected when half as much came on top of what lives, not four times as much.
// Two threads of V8 are enough for one busy thread; gc() is for the time when nothing happens.
export const AGENT_NODE_FLAGS = [
  '--disable-warning=ExperimentalWarning',
  '--max-semi-space-size=1',
  '--heap-growing-percent=50',
  '--v8-pool-size=2',
  '--expose-gc',
];
