// English: the tray and its menu, and notifications.
export const tray = {
  'state.connecting': 'Looking for the firewall service…',
  'state.unreachable': 'The firewall service does not answer.',
  'state.refused': 'The firewall service cannot be used here.',
  'state.asking': '{count, plural, one {# question waits} other {# questions wait}}',
  'state.paused': 'Paused until {time}: everything passes',
  'state.degraded': 'Filtering, with limits',
  'state.filtering': 'Filtering',
  tooltip: 'Sallyport: {state}',

  questions: '{count, plural, one {Answer # question…} other {Answer # questions…}}',
  missed: '{count, plural, one {# missed question…} other {# missed questions…}}',
  health: 'What limits it…',
  pause: 'Pause for',
  'pause.minutes': '{minutes, plural, one {# minute} other {# minutes}}',
  resume: 'Filter again now',
  recent: 'Recent answers',
  'recent.allow':
    '{others, plural, =0 {{app} may reach {target}} one {{app} may reach {target} and # more} other {{app} may reach {target} and # more}}',
  'recent.deny':
    '{others, plural, =0 {{app} may not reach {target}} one {{app} may not reach {target} and # more} other {{app} may not reach {target} and # more}}',
  undo: 'Take it back',
  open: 'Open Sallyport',
  autostart: 'Start with the session',
  quit: 'Quit',
  'quit.asking': 'Quit, and ask nothing here any more',

  'unknown-app': 'An unknown program',
  'failed.title': 'That did not work',
  'question.allow': 'Allow once',
  'question.deny': 'Deny once',
  'question.look': 'Look closer',
  'question.body':
    '{others, plural, =0 {{path}} one {{path}. # more App asks.} other {{path}. # more Apps ask.}}',
} as const;

export type TrayMessageId = keyof typeof tray;
