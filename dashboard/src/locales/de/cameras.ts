export default {
  list: 'Kameras',
  empty: 'Noch ist keine Kamera behalten',
  emptyText:
    'Analysieren Sie ein Foto, zeichnen Sie ein Rechteck bekannter Größe auf dem Tisch ein (ein Blatt Papier, eine Bankkarte), und behalten Sie es für diese Kamera.',
  size: 'Fotos von {width} × {height} px',
  scaleHere: '{scale} mm je Pixel in der Mitte',
  kept: 'behalten {time}',
  residual: 'Abweichung ihrer Punkte',
  areas: 'Bereiche',
  photo: 'Foto unter dem Gitter',
  latest: 'Zuletzt analysiertes Foto dieser Größe',
  own: 'Datei wählen',
  noPhoto: 'Kein analysiertes Foto dieser Größe ist bekannt: Wählen Sie eine Datei. Sie bleibt in diesem Browser.',
  otherSize:
    'Dieses Foto hat {width} × {height} px, die Kamera {cameraWidth} × {cameraHeight}: Das Gitter würde nicht passen.',
  grid: 'Ein Quadrat ist {length} breit.',
  noGrid: 'Diese Kalibrierung hat keine Ebene, die sich zeichnen ließe.',
  check: 'Eine bekannte Länge prüfen',
  checkText:
    'Markieren Sie beide Enden einer Länge auf dem Tisch, sagen Sie, was ein Lineal sagt, und sehen Sie, ob die Kalibrierung noch stimmt.',
  known: 'Bekannte Länge, mm',
  mark: 'Enden markieren',
  compare: 'Vergleichen',
  measured: 'Gemessen: {length} ± {error}',
  measuredAlone: 'Gemessen: {length}',
  agrees: 'Sie stimmt mit dem Lineal überein (Unterschied {difference}).',
  disagrees:
    'Sie stimmt nicht überein: {difference} daneben, mehr als ihr Fehler erlaubt. Die Kamera hat sich vielleicht bewegt; kalibrieren Sie neu.',
  remove: 'Diese Kamera löschen',
  removeTitle: '„{name}“ löschen?',
  removeText: 'Gespeicherte Analysen bleiben, wie sie sind. Spätere Fotos können sie nicht mehr benutzen.',
  assumptions: 'Sie setzt voraus',
};
