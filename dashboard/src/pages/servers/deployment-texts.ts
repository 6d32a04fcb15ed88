/** Loaded with the page: the first load has no room for them. */
const en = {
  title: 'Deployments that go on',
  text: 'How a server is replaced by a new one, and who computes how much now',
  shares: 'Shares of the analyses',
  promote: 'Promote',
  promoteText: 'Gives everything to the new server now, untried; where it has that, ends the old one now.',
  rollBack: 'Roll back',
  rollBackText: 'Gives everything back to the old server, and ends the new one.',
  sure: 'Do it',
  leave: 'Leave it',
  step: 'This step ends',
  kept: 'The old server is kept until',
  unattended: 'No program drives it now.',
};

export const DEPLOYMENT_TEXTS: { readonly en: typeof en; readonly de: typeof en } = {
  en,
  de: {
    title: 'Laufende Umstellungen',
    text: 'Wie ein Server durch einen neuen ersetzt wird, und wer jetzt wie viel berechnet',
    shares: 'Anteile an den Analysen',
    promote: 'Übernehmen',
    promoteText: 'Gibt dem neuen Server sofort alles, ungeprüft; hat er es schon, endet der alte jetzt.',
    rollBack: 'Zurückrollen',
    rollBackText: 'Gibt dem alten Server alles zurück und beendet den neuen.',
    sure: 'Ausführen',
    leave: 'Lassen',
    step: 'Dieser Schritt endet',
    kept: 'Der alte Server bleibt bis',
    unattended: 'Im Moment treibt es kein Programm voran.',
  },
};
