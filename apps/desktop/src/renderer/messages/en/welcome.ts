// English: the welcome at the first start.
export const welcome = {
  'welcome.title': 'Welcome to Sallyport',
  'welcome.text':
    'Sallyport stands at the gate of this computer. Programs reach the network as far as rules say. What no rule knows is up to you:',
  'welcome.modes': 'When a program does what no rule knows',
  'welcome.mode.ask':
    'It waits while you are asked, and your answer becomes a rule. The careful way; this is what Sallyport is for.',
  'welcome.mode.allow':
    'It passes, and History keeps what it did. For looking around before you decide anything.',
  'welcome.mode.deny':
    'It is refused. For computers on which everything has its rule; programs may stop working.',
  'welcome.nobody-answers':
    'When nobody answers in time, the program is refused and no rule is made. The question stays under Missed.',
  'welcome.nobody-there':
    'While no window of Sallyport runs, nobody can be asked: programs pass, and History says so.',
  'welcome.nobody-there.strict':
    'While no window of Sallyport runs, nobody can be asked: programs are refused, as the administrator chose.',
  'welcome.pause': 'Pause lets everything pass for a while, and ends by itself.',
  'welcome.undo': 'An answer can be taken back for some seconds; what it let through is cut.',
  'welcome.begin': 'Begin',
} as const;
