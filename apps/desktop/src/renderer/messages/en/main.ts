// English: the frame of the main window.
export const main = {
  'main.pages': 'Pages',
  'main.skip': 'Go to the content',
  'main.search': 'Search',
  'main.search.example': 'Search: words, or {example}',
  'main.waiting': '{count, plural, one {# question waits} other {# questions wait}}',
  'main.mode.ask': 'Filtering',
  'main.mode.allow': 'Filtering; lets through what no rule knows',
  'main.mode.deny': 'Filtering; refuses what no rule knows',
  'main.mode.paused': 'Paused until {time}: everything passes',
  'main.pause': 'Pause',
  'main.pause-for': '{minutes, plural, =60 {For 1 hour} one {For # minute} other {For # minutes}}',
  'main.resume': 'Filter again',

  'banner.broken':
    '{count, plural, =1 {The firewall does not work as it should.} one {The firewall does not work as it should.} other {The firewall does not work as it should: # things are wrong.}}',
  'banner.degraded':
    '{count, plural, =1 {The firewall works with a restriction.} one {The firewall works with a restriction.} other {The firewall works with # restrictions.}}',
  'banner.rule-files':
    '{count, plural, =1 {A rule file cannot be used.} one {A rule file cannot be used.} other {# places in rule files cannot be used.}}',
  'banner.last-good': 'Its last good version stays in force.',
  'banner.no-last-good': 'What it would decide is asked.',
  'banner.preferences.fields': 'Some of your preferences are not known here. What is shipped holds instead.',
  'banner.preferences.unreadable': 'Your preferences cannot be read. What held before holds on.',
  'banner.only-looking': 'You may look, but not change anything. The administrator decides who may.',
  'banner.more': 'More',
} as const;
