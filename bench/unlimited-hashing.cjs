// Loaded into a server to see what its hashing threads would do at the priority of everything else.
require('node:os').setPriority = () => undefined;
