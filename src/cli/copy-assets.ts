import { copyDocsAssets } from '../rest/docs/assets';

void copyDocsAssets();
