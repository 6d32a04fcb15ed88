import axe from 'axe-core';

/** What keeps people out, in both themes: findings of the two higher grades, with the elements. */
export async function seriousFindings(): Promise<string[]> {
  const found: string[] = [];
  const still = document.createElement('style');
  still.textContent = '* { transition: none !important; animation: none !important; }';
  document.head.append(still);
  for (const theme of ['light', 'dark'] as const) {
    document.documentElement.classList.remove('light', 'dark');
    document.documentElement.classList.add(theme);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const { violations } = await axe.run(document.body, { resultTypes: ['violations'] });
    for (const { id, impact, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue;
      found.push(`${theme}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    }
  }
  still.remove();
  return found;
}
