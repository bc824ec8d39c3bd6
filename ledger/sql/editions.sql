-- 日报编辑: edits of an issue; what a digest asks beside the ledger's own verbs.

-- name: editions.of_issue
select * from digest_edits where day = :day and issue = :issue order by at, id;

-- name: editions.reviewed
-- Who reviewed the issue, where somebody has.
select reviewed_by from digests where day = :day and kind = :issue and reviewed_by <> '';

-- name: editions.regraded
-- Cases whose 舆情等级 the machine or a person changed in [since, until), oldest first; detail is "Ⅲ→Ⅱ".
select subject, detail from audit where action = 'regrade' and at >= :since and at < :until order by seq;
