/** Rules speak of the same objects and lie below the grammar. */
export { GROUPS, isKnownObject, membersOf, NOUNS, nounOf, overlap } from '../../contract/objects.ts';
