import axe from 'axe-core';

/** What keeps people out, in both themes: findings of the two higher grades, with the elements. */
export async function seriousFindings(): Promise<string[]> {
  const found: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    document.documentElement.classList.remove('light', 'dark');
    document.documentElement.classList.add(theme);
    // Colours change with a transition.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { violations } = await axe.run(document.body, { resultTypes: ['violations'] });
    for (const { id, impact, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue;
      found.push(`${theme}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    }
  }
  return found;
}
