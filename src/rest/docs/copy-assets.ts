import { copyDocsAssets } from './assets';

copyDocsAssets();
