import { useI18n } from 'vue-i18n';
import type { ViewTexts } from '../../scene-view/texts.ts';

/** The view's words in the chosen language. */
export function useViewTexts(): () => ViewTexts {
  const { t } = useI18n();
  return () => ({
    scene: t('desk.scene'),
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
