#include <sqlite3.h>

/* Counting the bytes in use takes a lock for each that is allocated. Before the first connection; a function
   because Swift calls none with variable arguments. */
static inline int footfall_turn_memory_statistics_off(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

/* Leaves the log as it is when the connection is closed. A function for the same reason. */
static inline int footfall_keep_log_on_close(sqlite3 *connection) {
  return sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}
