// English: the Missed page.
export const missed = {
  'missed.title': 'Missed',
  'missed.count': '{count, plural, one {# missed question} other {# missed questions}}',
  'missed.text':
    '{count, plural, one {Nobody answered this question in time. An answer counts for the next try.} other {Nobody answered these # questions in time. An answer counts for the next try.}}',
  'missed.empty': 'No question was missed',
  'missed.empty.text': 'Questions that nobody answers in time wait here. An answer counts for the next try.',
  'missed.when': 'Asked on {time}',
  'missed.when-by': 'Asked on {time}, started by {starter}',
  'missed.targets': 'Connections',
  'missed.not-covered': ', not covered by the answer',
  'missed.dismiss': 'Dismiss',
  'missed.dismiss-all': 'Dismiss all',
} as const;
