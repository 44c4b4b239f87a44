// English: the Settings page.
export const settings = {
  'settings.title': 'Settings',
  'settings.unknown-flows': 'What no rule knows',
  'settings.unknown-flows.text': 'Programs that no rule decides about, when they reach for the network.',
  'settings.unknown-flows.choice': 'Then',
  'settings.unknown-flows.ask': 'Ask',
  'settings.unknown-flows.allow': 'Allow',
  'settings.unknown-flows.deny': 'Deny',
  'settings.unknown-flows.ask.text': 'The program waits while a person is asked. The answer becomes a rule.',
  'settings.unknown-flows.allow.text':
    'Nobody is asked. Everything passes unless a rule refuses it, and is recorded in the history.',
  'settings.unknown-flows.deny.text':
    'Nobody is asked. Everything is refused unless a rule allows it. Programs may stop working.',
  'settings.welcome': 'Show the welcome again',
  'settings.prompts': 'Questions',
  'settings.prompts.text':
    'What a question begins with; you choose anew on each. Everything, and always, are never chosen beforehand.',
  'settings.prompts.scope.endpoint': 'this address and port',
  'settings.prompts.scope.address': 'this address, any port',
  'settings.prompts.scope.network': 'the network around it',
  'settings.prompts.scope.port': 'this port, any address',
  'settings.prompts.lifetime.process': 'until the program ends',
  'settings.prompts.orders':
    'For tools that do what others tell them, such as python or curl, an answer begins with no more than until they end.',
  'settings.prompts.details': 'Details are unfolded',
  'settings.appearance': 'Appearance',
  'settings.appearance.text': 'Holds for all windows of Sallyport that you open on this machine.',
  'settings.theme': 'Colours',
  'settings.theme.desktop': 'As the desktop',
  'settings.theme.light': 'Light',
  'settings.theme.dark': 'Dark',
  'settings.contrast': 'High contrast',
  'settings.health': 'Health',
  'settings.health.text':
    'Version {version}, running since {since}. Processes are found by: {correlator}. {rules, plural, one {# rule} other {# rules}} in force.',
  'settings.health.list': 'Checks',
  'settings.health.ok': 'works',
  'settings.health.degraded': 'restricted',
  'settings.health.broken': 'broken',
  'settings.health.again': 'Look again',
  'settings.health.reading': 'Looking…',
  'settings.failures': 'When something fails',
  'settings.failures.standard':
    'Standard: nobody is locked out of this machine. The administrator can start the agent with --strict, which closes what can be closed.',
  'settings.failures.strict':
    'Strict: what can be closed is closed. The administrator chose this when starting the agent.',
  'settings.failures.table': 'What happens when something fails',
  'settings.failures.when': 'When',
  'settings.failures.action': 'Now',
  'settings.failures.then': 'Then',
} as const;
