/** The sentences of the server that people meet most, as its catalogue of errors has them; what says more than these stays as it is. */
const GERMAN: Readonly<Record<string, string>> = {
  'The name or the password is wrong.': 'Der Name oder das Passwort ist falsch.',
  'Correct them; after five failures in five minutes the name is refused for a while.':
    'Bitte korrigieren; nach fünf Fehlversuchen in fünf Minuten wird der Name eine Weile abgelehnt.',
  'The login has expired.': 'Die Anmeldung ist abgelaufen.',
  'Log in again.': 'Bitte neu anmelden.',
  'This caller may not do that.': 'Ihre Rolle darf das nicht.',
  'Use a caller with the permission named in the details, or an allowed Host and Origin.':
    'Ein Administrator kann das ändern.',
  'The file is not a JPEG, PNG or WebP image.': 'Die Datei ist kein Bild im Format JPEG, PNG oder WebP.',
  'Convert the image to JPEG, PNG or WebP; the content decides, not the file name.':
    'Bitte das Bild in JPEG, PNG oder WebP umwandeln; der Inhalt entscheidet, nicht der Dateiname.',
  'The analysis took too long.': 'Die Analyse hat zu lange gedauert.',
  'Try again later, not before the seconds named in retry_after_s where there are some; if it happens to one image alone, send that smaller.':
    'Bitte später erneut versuchen, nicht vor den in retry_after_s genannten Sekunden, falls dort welche stehen; geschieht es bei einem einzigen Bild, dieses kleiner senden.',
  'The analysis failed.': 'Die Analyse ist fehlgeschlagen.',
  'Try again; if it persists, run "h200-mug doctor".':
    'Bitte erneut versuchen; bleibt es dabei, hilft „h200-mug doctor“.',
  'There is no analysis with this id.': 'Diese Analyse gibt es nicht.',
  'List recent analyses, or analyse the image again.': 'Sehen Sie im Verlauf nach, oder analysieren Sie das Bild neu.',
  'There is no rule with this id.': 'Diese Regel gibt es nicht.',
  'List the rules to see the ids.': 'Sehen Sie in der Liste der Regeln nach.',
  'The rule has changed meanwhile.': 'Die Regel wurde inzwischen geändert.',
  'Read the rule again and repeat the change.': 'Sehen Sie sie noch einmal an und wiederholen Sie die Änderung.',
  'The record store cannot be reached.': 'Der Speicher der Datensätze ist nicht erreichbar.',
  'Check the store with "h200-mug doctor" and try again.':
    'Bitte den Speicher mit „h200-mug doctor“ prüfen und erneut versuchen.',
  'There is no space left for stored files.': 'Für gespeicherte Dateien ist kein Platz mehr.',
  'Free space under H200_DATA_DIR.': 'Bitte Platz unter H200_DATA_DIR schaffen.',
  'Too many requests.': 'Zu viele Anfragen.',
  'Too many analyses are waiting.': 'Es warten zu viele Analysen.',
  'Something went wrong in the server.': 'Im Server ist etwas schiefgegangen.',
  'Try again; the log has the details under the request id.':
    'Bitte erneut versuchen; das Protokoll hat die Einzelheiten unter der Nummer der Anfrage.',
};

export const inLanguage = (sentence: string, language: string): string =>
  language === 'de' ? (GERMAN[sentence] ?? sentence) : sentence;

/** In English, for the test that they are those of the server. */
export const KNOWN_SENTENCES = Object.keys(GERMAN);
