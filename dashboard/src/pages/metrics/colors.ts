/** Colours of the theme as canvas takes them: it knows no variables. */
export function chartColors(element: HTMLElement) {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: color('--ui-text-muted'),
    grid: color('--ui-border'),
    lines: [color('--ui-primary'), color('--ui-warning'), color('--ui-error'), color('--ui-info')],
  };
}
