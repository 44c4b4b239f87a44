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
  'health.correlator.ok': 'The processes of connections are found.',
  'health.correlator.degraded': 'Processes are found in a lesser way than the best one.',
  'health.correlator.degraded.remedy':
    'Some connections may be those of an unidentified program. A kernel that has the missing part does better.',
  'health.bpf.ok': 'The kernel programs record who sends.',
  'health.bpf.degraded': 'The kernel programs could not record everything.',
  'health.bpf.degraded.remedy':
    'Some program opens sockets faster than the kernel’s tables hold them. History shows which.',
  'health.traffic.ok': 'What connections carry is counted.',
  'health.traffic.degraded': 'What connections carry is not counted.',
  'health.traffic.degraded.remedy': 'Everything else works. Report this with the version of the kernel.',
  'health.netfilter.ok': 'The packet filter’s rules are in place and first.',
  'health.netfilter.broken': 'The packet filter’s rules are not in place.',
  'health.netfilter.broken.remedy':
    'Connections may pass unseen. Another program may change the rules: find out which one, or restart the agent.',
  'health.inbound.ok': 'Incoming connections are asked about.',
  'health.inbound-off.ok':
    'Incoming connections are not asked about. The agent’s option --inbound changes that.',
  'health.queue.ok': 'No packet was lost on its way to a decision.',
  'health.queue.degraded': 'Packets were lost on their way to a decision.',
  'health.queue.degraded.remedy':
    'Senders try again by themselves. If it goes on, History shows which program sends so much.',
  'health.rules.ok': 'All rule files are in force.',
  'health.rules.degraded': 'Rule files have problems; their last good versions stay in force.',
  'health.rules.degraded.remedy': 'The Rules page shows file, line and reason.',
  'health.open-flows.ok': 'Rules that change cut what is open.',
  'health.open-flows.degraded': 'Open connections go on that rules deny: this kernel cannot end them.',
  'health.open-flows.degraded.remedy':
    'End those programs, or use a kernel with CONFIG_INET_DIAG_DESTROY. History shows them.',
  'health.packet-sockets.ok': 'Packet sockets, which send past the rules, are seen.',
  'health.packet-sockets.degraded': 'Packet sockets, which send past the rules, cannot be refused.',
  'health.packet-sockets.degraded.remedy':
    'Use a kernel that runs BPF programs as a security module, and start it with bpf in its list of modules.',
  'health.history.ok': 'The history is written.',
  'health.history.degraded': 'The history has gaps.',
  'health.history.broken': 'The history is not written.',
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
