/** A module of a page; `Component` is what the router shows. */
type LoadPage = () => Promise<{ readonly Component: () => React.ReactNode }>;

export interface Page {
  /** As react-router spells it, without a slash in front. */
  readonly path: string;
  readonly load: LoadPage;
  /** Its word in the navigation; pages without one are reached from others. */
  readonly nav?: string;
  /** Tabs of the page: shown below its head, each under its own path. */
  readonly tabs?: readonly Tab[];
  /** Pages that keep its head and tabs, but are no tab: what is reached from one. */
  readonly below?: readonly Omit<Tab, 'label'>[];
}

export interface Tab {
  /** Empty for the first tab. */
  readonly path: string;
  readonly label: string;
  readonly load: LoadPage;
}
