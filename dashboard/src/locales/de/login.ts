import type en from '../en/login.ts';

export default {
  title: 'Anmelden',
  username: 'Name',
  password: 'Passwort',
  remember: '30 Tage angemeldet bleiben',
  submit: 'Anmelden',
  againTitle: 'Ihre Anmeldung ist abgelaufen',
  againText: 'Melden Sie sich erneut an. Was auf der Seite steht, bleibt erhalten.',
  somebodyElse: 'Als jemand anderes anmelden',
  withToken: 'Stattdessen ein Zugangstoken verwenden',
  withPassword: 'Name und Passwort verwenden',
  token: 'Zugangstoken oder API-Schlüssel',
  tokenHelp: 'Es bleibt nur in dieser Seite und ist vergessen, wenn sie geschlossen wird.',
  changeTitle: 'Neues Passwort wählen',
  changeText: 'Das Passwort haben Sie von jemand anderem. Wählen Sie zuerst ein eigenes.',
  wrongCurrent: 'Das ist nicht das bisherige Passwort.',
  current: 'Bisheriges Passwort',
  next: 'Neues Passwort',
  nextHelp: 'Mindestens 12 Zeichen; leicht zu erratende werden abgelehnt.',
  repeat: 'Neues Passwort noch einmal',
  differ: 'Die beiden stimmen nicht überein.',
  short: 'Es braucht mindestens 12 Zeichen.',
  change: 'Passwort ändern',
  noAccount: 'Noch kein Konto?',
  first:
    'Ein Administrator legt Ihnen eines an. Wer diesen Server eben eingerichtet hat, bekommt das erste mit „h200-mug serve --login“: Es gibt einen Link aus.',
} satisfies typeof en;
