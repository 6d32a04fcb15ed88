import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { useI18n } from 'vue-i18n';
import { ApiError, Offline } from '../api/api-error.ts';
import { inLanguage } from './server-words.ts';

export interface Failure {
  readonly message: string;
  readonly advice: string;
  readonly code: string | null;
  readonly requestId: string | null;
}

/** What to tell of something that was thrown. */
export function useFailure(thrown: MaybeRefOrGetter<unknown>) {
  const { t, locale } = useI18n();
  const said = (sentence: string) => inLanguage(sentence, locale.value);
  return computed<Failure>(() => {
    const error = toValue(thrown);
    if (error instanceof ApiError) {
      const wait = error.retryAfterS === null ? '' : ` ${t('errors.waitSeconds', { seconds: error.retryAfterS })}`;
      return {
        message: said(error.message),
        advice: `${said(error.advice)}${wait}`,
        code: error.code,
        requestId: error.requestId,
      };
    }
    if (error instanceof Offline) {
      return {
        message: t('errors.unreachable'),
        advice: t(error.isRead ? 'errors.unreachableAdvice' : 'errors.unreachableWrite'),
        code: null,
        requestId: null,
      };
    }
    const message = error instanceof Error ? error.message : String(error);
    return { message: t('errors.page'), advice: message, code: null, requestId: null };
  });
}
