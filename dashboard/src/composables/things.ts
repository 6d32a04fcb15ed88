import { useI18n } from 'vue-i18n';

const ID = /^(.+)-(\d+)$/;
const ZONE = 'zone:';

/** Things in the words of the page. English keeps the ids, with which the server's sentences are written. */
export function useThings() {
  const { t, te, locale } = useI18n();

  /** Of a kind: `desk_mat`. What the catalogue does not know keeps its name. */
  const sort = (name: string): string => (te(`kinds.${name}`) ? t(`kinds.${name}`) : name.replaceAll('_', ' '));

  /** By its id: "mug-1", "zone:Coaster by the window". */
  function thing(id: string): string {
    if (id.startsWith(ZONE)) return t('desk.quoted', { name: id.slice(ZONE.length) });
    const [, kind = '', number] = ID.exec(id) ?? [];
    return locale.value === 'en' || !te(`kinds.${kind}`) ? id : `${t(`kinds.${kind}`)} ${number}`;
  }
  const things = (ids: readonly string[]): string => ids.map(thing).join(', ');

  return { sort, thing, things };
}
