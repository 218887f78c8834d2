// The command for events in files. It does not link Foundation, which would take longer to load than an answer takes.

import Commands

runCommandLine()
