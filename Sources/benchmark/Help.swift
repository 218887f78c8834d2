/// The output of `--help`.
let helpText = """
  Makes event sets and measures footfall with them.

  usage: benchmark make EVENTS FOLDER [--seed N] [--days N] [--start DATE]
         benchmark run FOOTFALL STORE... [--runs N] [--requests N] [--appended N] [--import]
                       [--duckdb PYTHON] [--json]
         benchmark scale FOOTFALL [--sizes N,N,...] [--runs N] [--days N] [--import] [--json]

  make   writes FOLDER/website_event.csv and FOLDER/event_data.csv, in order of time; the same for the same
         options
    EVENTS       how many events
    --seed N     another number makes other events (1)
    --days N     over how many days they are spread, roughly (90)
    --start DATE the first of these days (2025-03-01)

  run    starts `FOOTFALL serve STORE...` as its users do and times its answers; columns are kept in a folder
         of its own, which goes afterwards
    --runs N     how often each report is timed, after one answer that is not (5)
    --requests N how many small requests are sent at once, at most (20000)
    --appended N how many events a request appends, at most: of 1, 100 and 10000 (10000)
    --import     time `FOOTFALL import` of the files, too, appending to what was imported, and the .import of the
                 sqlite3 shell, if there is one
    --duckdb PYTHON
                 read the files into DuckDB and ask it the same; PYTHON is an interpreter with its module duckdb
    --json       print one JSON object instead of tables

  scale  makes event sets of several numbers of events and measures each like run, so that growth is seen: time, memory
         and disk, of all events and for each event. They are in the folder for temporary files (TMPDIR) and go afterwards
    --sizes N,N,...
                 the numbers of events, ascending (1000000,10000000,60000000; the last needs 40 GB of disk)
    --days N     over how many days the events of each are spread, roughly (365)
    --runs, --import, --json
                 as for run

  An example:

    swift build -c release
    .build/release/benchmark make 1000000 /tmp/events
    .build/release/benchmark run .build/release/footfall /tmp/events/*.csv

  Exit codes: 0 done, 64 wrong usage, 70 a worker that failed, 74 reading or writing failed.

  """
