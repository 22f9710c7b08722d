import { useElementSize } from '@mantine/hooks';
import * as Plot from '@observablehq/plot';
import { type MouseEvent, useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';
import { BASENAME } from '../data/base.ts';
import classes from './plot-figure.module.css';

export interface DrawOptions {
  readonly label: string;
  readonly height: number;
  /** Options of the plot but for its size. Colours are CSS variables, so that a change of scheme draws nothing anew. */
  readonly draw: (plot: typeof Plot) => Plot.PlotOptions;
}

/** The library makes an SVG element; this puts it into the page, as wide as there is room. */
export default function PlotFigure({ label, height, draw }: DrawOptions) {
  const { ref, width } = useElementSize();
  const place = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  useEffect(() => {
    if (width === 0 || !place.current) return;
    const plot = Plot.plot({ ...draw(Plot), width, height, style: { background: 'transparent', fontSize: '12px' } });
    // Whoever does not see it is told what it shows, and reads the figures; hundreds of dots are no stops of the tab key.
    plot.setAttribute('aria-hidden', 'true');
    for (const link of plot.querySelectorAll('a')) link.setAttribute('tabindex', '-1');
    place.current.replaceChildren(plot);
    return () => plot.remove();
  }, [draw, width, height]);
  const follow = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const href = link?.getAttribute('href') ?? link?.getAttributeNS('http://www.w3.org/1999/xlink', 'href');
    if (!href || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    void navigate(href.slice(BASENAME.length));
  };
  return (
    <figure ref={ref} className={classes.frame} style={{ minHeight: height }} aria-label={label}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: links are followed by keyboard as they are */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the links in it are what is clicked */}
      <div ref={place} onClick={follow} />
    </figure>
  );
}
