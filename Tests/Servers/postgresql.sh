#!/usr/bin/env bash
# Tests/Servers/postgresql.sh FOLDER EVENTS DATA MAJOR: puts exported events and properties into the tables of Umami
# MAJOR (2 or 3) in a PostgreSQL server of its own, and writes FOLDER/copy.sql and FOLDER/inserts.sql with pg_dump.
set -euo pipefail
folder=$1 events=$2 data=$3 major=$4
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)

# The server refuses to run as root.
as_user() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
cp "$events" "$folder/events.csv" && cp "$data" "$folder/data.csv"
chmod -R a+rwX "$folder"
cd "$folder"
as_user "$bin/initdb" -D "$folder/db" -A trust -U umami -E UTF8 --locale=C > "$folder/initdb.log"
# Not UTC, so that the dump has times with an offset.
as_user "$bin/pg_ctl" -D "$folder/db" -l "$folder/server.log" -w start \
  -o "-k $folder -c listen_addresses= -c fsync=off -c timezone=Asia/Kolkata" > "$folder/start.log"
trap 'as_user "$bin/pg_ctl" -D "$folder/db" -m immediate stop > "$folder/stop.log"' EXIT

columns() { head -n 1 "$1" | tr -d '"\r' | sed 's/,/ text, /g; s/$/ text/'; }
vitals="" deleted=""
if [ "$major" = 3 ]; then
  vitals=", lcp numeric(10,1), inp numeric(10,1), cls numeric(10,4), fcp numeric(10,1), ttfb numeric(10,1)"
  deleted=", deleted_at timestamptz(6)"
fi
psql -h "$folder" -U umami -d postgres -v ON_ERROR_STOP=1 -qX <<SQL
CREATE TABLE "user" (user_id uuid PRIMARY KEY, username varchar(255), password varchar(60));
INSERT INTO "user" VALUES ('41e2b680-648e-4b09-bcd7-3e2b10c06264', 'it''s; COPY me', E'two\nlines');
CREATE TABLE website (
  website_id uuid PRIMARY KEY, name varchar(100) NOT NULL, domain varchar(500), share_id varchar(50),
  reset_at timestamptz(6), user_id uuid, team_id uuid, created_by uuid,
  created_at timestamptz(6) DEFAULT CURRENT_TIMESTAMP, updated_at timestamptz(6)$deleted);
CREATE TABLE session (
  session_id uuid PRIMARY KEY, website_id uuid NOT NULL, browser varchar(20), os varchar(20), device varchar(20),
  screen varchar(11), language varchar(35), country char(2), region varchar(20), city varchar(50),
  distinct_id varchar(50), created_at timestamptz(6) DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE website_event (
  event_id uuid PRIMARY KEY, website_id uuid NOT NULL, session_id uuid NOT NULL, created_at timestamptz(6),
  url_path varchar(500) NOT NULL, url_query varchar(500), utm_source varchar(255), utm_medium varchar(255),
  utm_campaign varchar(255), utm_content varchar(255), utm_term varchar(255), referrer_path varchar(500),
  referrer_query varchar(500), referrer_domain varchar(500), page_title varchar(500), gclid varchar(255),
  fbclid varchar(255), msclkid varchar(255), ttclid varchar(255), li_fat_id varchar(255), twclid varchar(255),
  event_type integer NOT NULL DEFAULT 1, event_name varchar(50), visit_id uuid NOT NULL, tag varchar(50),
  hostname varchar(100)$vitals);
CREATE TABLE event_data (
  event_data_id uuid PRIMARY KEY, website_id uuid NOT NULL, website_event_id uuid NOT NULL, data_key varchar(500) NOT NULL,
  string_value varchar(500), number_value numeric(19,4), date_value timestamptz(6), data_type integer NOT NULL,
  created_at timestamptz(6));
CREATE TABLE session_data (
  session_data_id uuid PRIMARY KEY, website_id uuid NOT NULL, session_id uuid NOT NULL, data_key varchar(500) NOT NULL,
  string_value varchar(500), number_value numeric(19,4), date_value timestamptz(6), data_type integer NOT NULL);
CREATE TABLE revenue (
  revenue_id uuid PRIMARY KEY, website_id uuid, session_id uuid, event_id uuid, event_name varchar(50),
  currency varchar(100), revenue numeric(19,4), created_at timestamptz(6));
CREATE INDEX website_event_created_at_idx ON website_event (created_at);

SET timezone = 'UTC';
CREATE TEMP TABLE raw ($(columns events.csv));
\copy raw FROM 'events.csv' CSV HEADER
CREATE TEMP TABLE raw_data ($(columns data.csv));
\copy raw_data FROM 'data.csv' CSV HEADER
INSERT INTO website SELECT website_id::uuid, 'Shop', 'shop.example' FROM raw GROUP BY 1;
INSERT INTO session
  SELECT DISTINCT ON (session_id) session_id::uuid, website_id::uuid, browser, os, device, screen, language,
    nullif(country, ''), region, city, nullif(distinct_id, ''), created_at::timestamptz
  FROM raw ORDER BY session_id, created_at;
INSERT INTO website_event (event_id, website_id, session_id, created_at, url_path, url_query, utm_source, utm_medium,
    utm_campaign, utm_content, utm_term, referrer_path, referrer_query, referrer_domain, page_title, gclid, fbclid, msclkid,
    ttclid, li_fat_id, twclid, event_type, event_name, visit_id, tag, hostname)
  SELECT event_id::uuid, website_id::uuid, session_id::uuid, created_at::timestamptz, url_path, nullif(url_query, ''),
    nullif(utm_source, ''), nullif(utm_medium, ''), nullif(utm_campaign, ''), nullif(utm_content, ''),
    nullif(utm_term, ''), nullif(referrer_path, ''), nullif(referrer_query, ''), nullif(referrer_domain, ''), page_title,
    nullif(gclid, ''), nullif(fbclid, ''), nullif(msclkid, ''), nullif(ttclid, ''), nullif(li_fat_id, ''),
    nullif(twclid, ''), event_type::integer, nullif(event_name, ''), visit_id::uuid, nullif(tag, ''), hostname
  FROM raw;
INSERT INTO event_data
  SELECT gen_random_uuid(), website_id::uuid, event_id::uuid, data_key, string_value, nullif(number_value, '')::numeric,
    nullif(date_value, '')::timestamptz, data_type::integer, created_at::timestamptz
  FROM raw_data;
INSERT INTO session_data
  SELECT gen_random_uuid(), website_id, session_id, 'plan', 'free', NULL, NULL, 1 FROM session LIMIT 5;
SQL
as_user "$bin/pg_dump" -h "$folder" -U umami postgres > "$folder/copy.sql"
as_user "$bin/pg_dump" -h "$folder" -U umami --inserts postgres > "$folder/inserts.sql"
