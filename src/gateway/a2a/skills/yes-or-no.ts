const YES = /^\W*(y|yes|ok|okay|yes please|store|store it|confirm|confirmed|go ahead|do it|correct)\W*$/i;
const NO = /^\W*(n|no|no thanks|stop|never mind|do not|don't|do not store( it)?|don't store( it)?)\W*$/i;

/** Nothing but a yes: a sentence that begins with one may go on otherwise. */
export const saysYes = (text: string): boolean => YES.test(text);
export const saysNo = (text: string): boolean => NO.test(text);
