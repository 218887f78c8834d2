#!/usr/bin/env bash
# Tests/Servers/nginx.sh FOLDER: has a server of its own answer the requests in FOLDER/requests.txt, each a line with
# agent, referrer and target separated by |; nginx logs them in combined form to FOLDER/access.log.
set -euo pipefail
folder=$1
export PATH="$PATH:/usr/sbin"
mkdir -p "$folder/pages"
cat > "$folder/nginx.conf" <<CONF
daemon on;
pid $folder/pid;
error_log $folder/error.log;
events {}
http {
  access_log $folder/access.log combined;
  client_body_temp_path $folder/t1; proxy_temp_path $folder/t2; fastcgi_temp_path $folder/t3;
  uwsgi_temp_path $folder/t4; scgi_temp_path $folder/t5;
  server { listen unix:$folder/s; location /missing { return 404; } location / { return 200 "page"; } }
}
CONF
nginx -c "$folder/nginx.conf" -e "$folder/error.log"
trap 'nginx -c "$folder/nginx.conf" -s quit 2> "$folder/quit.log"' EXIT
while IFS='|' read -r agent referrer target; do
  curl --silent --output /dev/null --unix-socket "$folder/s" --user-agent "$agent" --referer "$referrer" "http://localhost$target"
done < "$folder/requests.txt"
