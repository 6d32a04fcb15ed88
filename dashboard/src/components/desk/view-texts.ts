import { useI18n } from 'vue-i18n';
import { useFormat } from '../../composables/format.ts';
import { useSentences } from '../../composables/sentences.ts';
import { useThings } from '../../composables/things.ts';
import type { ViewTexts } from '../../scene-view/texts.ts';

/** The view's words in the chosen language. */
export function useViewTexts(): () => ViewTexts {
  const { t, te } = useI18n();
  const { length, measure } = useFormat();
  const { sort, thing } = useThings();
  const { sentence } = useSentences();
  return () => ({
    scene: t('desk.scene'),
    length: (mm) => length(mm),
    measure,
    atLeast: (far) => t('desk.atLeast', { length: far }),
    atMost: (far) => t('desk.atMost', { length: far }),
    wanted: (far) => t('desk.wanted', { length: far }),
    operator: (name) => (te(`desk.operator.${name}`) ? t(`desk.operator.${name}`) : name.replaceAll('_', ' ')),
    thing,
    sort,
    sentence: (text) => sentence(text),
    movable: (id) => t('desk.movable', { id }),
    standing: t('desk.standing'),
    toTheLeft: (length) => t('desk.left', { length }),
    toTheRight: (length) => t('desk.right', { length }),
    away: (length) => t('desk.away', { length }),
    toward: (length) => t('desk.toward', { length }),
    and: t('desk.and'),
    kind: {
      violated: t('verdict.violated'),
      uncertain: t('verdict.uncertain'),
      satisfied: t('verdict.satisfied'),
      not_applicable: t('verdict.not_applicable'),
    },
    sure: (percent) => t('desk.sure', { percent }),
    seen: (name, percent) => t('desk.seen', { name, percent }),
    place: (x, y, error) => (error === null ? t('desk.place', { x, y }) : t('desk.placeError', { x, y, error })),
    stands: (surface, percent) => t('desk.stands', { surface, percent }),
    edge: (length) => t('desk.edge', { length }),
    measuredFrom: { outline: t('desk.outline'), box: t('desk.box') },
  });
}
