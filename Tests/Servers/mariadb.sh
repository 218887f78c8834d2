#!/usr/bin/env bash
# Tests/Servers/mariadb.sh FOLDER EVENTS DATA: puts exported events and properties into the tables of Umami 2 in a
# MariaDB server of its own, and writes FOLDER/dump.sql with mariadb-dump.
set -euo pipefail
folder=$1
cp "$2" "$folder/events.csv" && cp "$3" "$folder/data.csv"
cd "$folder"
user=$(id -un)
export PATH="$PATH:/usr/sbin"
mariadb-install-db --no-defaults --user="$user" --datadir="$folder/db" --skip-test-db \
  --auth-root-authentication-method=normal > install.log 2>&1
mariadbd --no-defaults --user="$user" --datadir="$folder/db" --socket="$folder/s" --pid-file="$folder/pid" \
  --skip-networking --local-infile=1 --default-time-zone=+05:30 > server.log 2>&1 &
server=$!
trap 'kill -9 "$server"' EXIT
client=(--no-defaults --socket="$folder/s" --user=root --default-character-set=utf8mb4)
for _ in $(seq 300); do
  mariadb-admin "${client[@]}" ping > ping.log 2>&1 && break
  sleep 0.1
done

columns() { head -n 1 "$1" | tr -d '"\r' | sed 's/,/ text, /g; s/$/ text/'; }
mariadb "${client[@]}" --local-infile=1 <<SQL
CREATE DATABASE umami CHARACTER SET utf8mb4;
USE umami;
CREATE TABLE website (
  website_id varchar(36) PRIMARY KEY, name varchar(100) NOT NULL, domain varchar(500), reset_at timestamp(0) NULL,
  created_at timestamp(0) NULL, deleted_at timestamp(0) NULL);
CREATE TABLE session (
  session_id varchar(36) PRIMARY KEY, website_id varchar(36) NOT NULL, browser varchar(20), os varchar(20),
  device varchar(20), screen varchar(11), language varchar(35), country char(2), region varchar(20), city varchar(50),
  distinct_id varchar(50), created_at timestamp(0) NULL);
CREATE TABLE website_event (
  event_id varchar(36) PRIMARY KEY, website_id varchar(36) NOT NULL, session_id varchar(36) NOT NULL,
  created_at timestamp(0) NULL, url_path varchar(500) NOT NULL, url_query varchar(500), utm_source varchar(255),
  utm_medium varchar(255), utm_campaign varchar(255), utm_content varchar(255), utm_term varchar(255),
  referrer_path varchar(500), referrer_query varchar(500), referrer_domain varchar(500), page_title varchar(500),
  gclid varchar(255), fbclid varchar(255), msclkid varchar(255), ttclid varchar(255), li_fat_id varchar(255),
  twclid varchar(255), event_type int unsigned NOT NULL DEFAULT 1, event_name varchar(50), visit_id varchar(36) NOT NULL,
  tag varchar(50), hostname varchar(100));
CREATE TABLE event_data (
  event_data_id varchar(36) PRIMARY KEY, website_id varchar(36) NOT NULL, website_event_id varchar(36) NOT NULL,
  data_key varchar(500) NOT NULL, string_value varchar(500), number_value decimal(19,4), date_value timestamp(0) NULL,
  data_type int unsigned NOT NULL, created_at timestamp(0) NULL);

SET time_zone = '+00:00';
CREATE TEMPORARY TABLE raw ($(columns events.csv));
LOAD DATA LOCAL INFILE 'events.csv' INTO TABLE raw CHARACTER SET utf8mb4
  FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"' ESCAPED BY '' IGNORE 1 LINES;
CREATE TEMPORARY TABLE raw_data ($(columns data.csv));
LOAD DATA LOCAL INFILE 'data.csv' INTO TABLE raw_data CHARACTER SET utf8mb4
  FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"' ESCAPED BY '' IGNORE 1 LINES;
INSERT INTO website SELECT DISTINCT website_id, 'Shop', 'shop.example', NULL, NULL, NULL FROM raw;
INSERT IGNORE INTO session
  SELECT session_id, website_id, browser, os, device, screen, language, nullif(country, ''), region, city,
    nullif(distinct_id, ''), created_at
  FROM raw;
INSERT INTO website_event
  SELECT event_id, website_id, session_id, created_at, url_path, nullif(url_query, ''), nullif(utm_source, ''),
    nullif(utm_medium, ''), nullif(utm_campaign, ''), nullif(utm_content, ''), nullif(utm_term, ''),
    nullif(referrer_path, ''), nullif(referrer_query, ''), nullif(referrer_domain, ''), page_title, nullif(gclid, ''),
    nullif(fbclid, ''), nullif(msclkid, ''), nullif(ttclid, ''), nullif(li_fat_id, ''), nullif(twclid, ''), event_type,
    nullif(event_name, ''), visit_id, nullif(tag, ''), hostname
  FROM raw;
INSERT INTO event_data
  SELECT uuid(), website_id, event_id, data_key, string_value, nullif(number_value, ''), nullif(date_value, ''), data_type,
    created_at
  FROM raw_data;
SQL
mariadb-dump "${client[@]}" umami > dump.sql
