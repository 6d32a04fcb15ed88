import { phraseSet } from './phrases.ts';

/** Words that are polite or introduce the rule, and change nothing in it. */
export const COURTESY = phraseSet(
  'please|kindly|hi|hello|hey|thanks|ok|okay',
  'please to',
  'thank you very? much?',
  'thanks a lot',
  'many thanks',
  'remember to?',
  'be careful',
  'take care',
  'do not forget to',
  'never forget to',
  'take care to',
  'please? note that',
  'could|can|would|will you please?',
  'i|we want|need|like you to',
  'i|we would like you to',
  'i|we want|need|wish to',
  'i|we would like to',
  'i am asking you to',
  'from now on',
  'as a rule',
  'first|second|secondly|third|finally|lastly then?',
  'then',
  'for me',
  'so',
  'let us',
  'for safety|security reasons',
  'for safety',
);

/** "Rule: …", "Kids, …": with its mark. */
export const HEADINGS = phraseSet(
  'the|a|our|new|house? rule',
  'rule',
  'kids|children|everyone|everybody|team|folks|guys',
);

/** Words after which a statement is an order: "make sure that mugs are on coasters". */
export const ORDERS = phraseSet(
  'make|making sure that?',
  'please? see to it that',
  'see that',
  'make it so that?',
  'ensure|guarantee that?',
  'be sure to|that',
  'remember that',
  'take care that',
  'the? rule is that?',
);

/** A polite question is a request: "could you …?". */
export const POLITE_QUESTION = phraseSet('could|can|would|will you');
export const QUESTION_WORDS = phraseSet(
  'why|what|which|who|how',
  'where|when is|are|do|does|should|can|must|may|shall|would|will',
  'is|are|do|does|did|was|were it|there|mugs|the|a|any|all|every|my|cups|you|i|we',
  'should|must|can|could|may|might|shall|will|would i|we|it|there|mugs|cups|the|a|any|all|every|my|drinks|they',
);
