import { copyPackagedAssets } from '../http/assets/packaged';

void copyPackagedAssets();
