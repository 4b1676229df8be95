-- Under which host the installation was reached, from when on. A calendar object is called by the
-- host of the time when it was booked, for life.
CREATE TABLE public_hosts (
    since BIGINT NOT NULL,        -- real time
    host TEXT NOT NULL,
    PRIMARY KEY (since, host)
) WITHOUT ROWID;
