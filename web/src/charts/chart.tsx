import { lazy, Suspense } from 'react';
import { Loading } from '../components/loading.tsx';
import type { DrawOptions } from './plot-figure.tsx';

const PlotFigure = lazy(() => import('./plot-figure.tsx'));

/** A chart, drawn by a library that is loaded only now. `label` tells who does not see it what it shows. */
export function Chart(options: DrawOptions) {
  return (
    <Suspense fallback={<Loading what="the chart" height={options.height} />}>
      <PlotFigure {...options} />
    </Suspense>
  );
}
