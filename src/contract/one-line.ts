/**
 * What would begin a line of its own, turn the direction of writing, or be there without being seen: two names that look
 * alike are the same name. Joiners stand between letters of scripts that need them, and in emoji.
 */
const UNSEEN = [
  String.raw`[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]`,
  String.raw`(?![\u200c\u200d\ufe0e\ufe0f])[\p{Cf}\p{DI}]`,
  String.raw`(?<![^\x00-\x7f])[\u200c\u200d]`,
  String.raw`[\u200c\u200d](?![^\x00-\x7f])`,
  String.raw`[\u200c\u200d\ufe0e\ufe0f][\u200c\ufe0e\ufe0f]`,
  String.raw`\u200d\u200d`,
];
const REFUSED = new RegExp(UNSEEN.join('|'), 'u');

/** For `refine`: a name is shown inside lines of text. */
export const isOneLine = (text: string): boolean => !REFUSED.test(text);
export const ONE_LINE =
  'holds line breaks, control or invisible characters, or marks that turn the direction of writing';
