#include <sqlite3.h>

/* Functions because Swift calls none with variable arguments. */

/* Counting the bytes in use takes a lock for each that is allocated. Before the first connection. */
static inline int footfall_turn_memory_statistics_off(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

/* Leaves the log as it is when the connection is closed. */
static inline int footfall_keep_log_on_close(sqlite3 *connection) {
  return sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

/* Keeps what a file's schema says from doing harm: functions with side effects in views and indexes, writes to the
   tables of virtual tables and to the schema itself. */
static inline int footfall_distrust_schema(sqlite3 *connection) {
  int code = sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
  if (code != SQLITE_OK) return code;
  return sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
}

/* Writes through this connection run no triggers of the file. */
static inline int footfall_turn_triggers_off(sqlite3 *connection) {
  return sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)0);
}

/* Text whose end only `bytes` tells; SQLite copies it where `copies` is not 0. */
static inline int footfall_bind_text(
    sqlite3_stmt *statement, int index, const char *text, sqlite3_uint64 bytes, int copies) {
  return sqlite3_bind_text64(
      statement, index, text, bytes, copies ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8);
}

static inline int footfall_bind_blob(sqlite3_stmt *statement, int index, const void *blob, sqlite3_uint64 bytes) {
  return sqlite3_bind_blob64(statement, index, blob, bytes, SQLITE_TRANSIENT);
}
