-- A store as schema version 1 left it. Statements of a released version never change.
PRAGMA journal_mode = WAL;
CREATE TABLE results (
	id          INTEGER PRIMARY KEY,
	endpoint    TEXT    NOT NULL,
	scanned_at  INTEGER NOT NULL, -- microseconds since 1970
	observation BLOB    NOT NULL  -- JSON
) STRICT;
CREATE INDEX results_newest ON results (endpoint, scanned_at, id);
CREATE TABLE pictures (
	result INTEGER NOT NULL REFERENCES results (id),
	file   TEXT    NOT NULL,
	PRIMARY KEY (result, file)
) STRICT, WITHOUT ROWID;
CREATE INDEX pictures_file ON pictures (file);
CREATE TABLE throttle (
	address TEXT    PRIMARY KEY,
	next    INTEGER NOT NULL -- microseconds since 1970: the earliest next scan
) STRICT, WITHOUT ROWID;

INSERT INTO results (endpoint, scanned_at, observation) VALUES
	('web', 1772366400000000, CAST('{"port_status":"open","resolved_addresses":["203.0.113.7"],"ports":[{"port":443,"result":"open","http":{"url":"https://203.0.113.7/","http_status":"2xx","http_status_code":200,"web_page_title":"Grafana","body_bytes":10,"technologies":[],"authentication":[]},"severity":"none"}],"ports_probed":1,"severity":"none","last_scanned_at":"2026-03-01T12:00:00Z"}' AS BLOB)),
	('web', 1772370000000000, CAST('{"port_status":"closed","resolved_addresses":["203.0.113.7"],"ports":[{"port":443,"result":"refused","severity":"none"}],"ports_probed":1,"severity":"none","last_scanned_at":"2026-03-01T13:00:00Z"}' AS BLOB));
INSERT INTO throttle (address, next) VALUES ('203.0.113.7:443', 1772366401025000);
PRAGMA application_id = 1685679731;
PRAGMA user_version = 1;
