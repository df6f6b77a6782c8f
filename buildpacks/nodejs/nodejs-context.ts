import type { BuildContext } from '@dema/buildpack';
import type { NodejsApp } from './inspect-app.ts';
import type { settings } from './settings.ts';

export type NodejsContext = BuildContext<typeof settings, NodejsApp>;
