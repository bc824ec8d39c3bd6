-- 日报编辑: edits of an issue; what a digest asks beside the ledger's own verbs.

-- name: editions.of_issue
select * from digest_edits where day = :day and issue = :issue order by at, id;

-- name: editions.reviewed
-- Who reviewed the issue, where somebody has.
select reviewed_by from digests where day = :day and kind = :issue and reviewed_by <> '';

-- name: editions.regraded
-- Cases whose 舆情等级 the machine or a person changed in [since, until), oldest first; detail is "Ⅲ→Ⅱ".
select subject, detail from audit where action = 'regrade' and at >= :since and at < :until order by seq;

-- name: seen.worth
-- Posts seen in [since, until) that a digest speaks of: 有效, not yet assessed, or of a neighbour on a matter of ours; oldest first.
select p.* from posts p left join assessments a on a.post_id = p.id
where p.first_seen_at >= :since and p.first_seen_at < :until
    and (a.post_id is null or a.relevant >= :relevant_from or (a.territory = 'neighbour' and a.labels <> '[]'))
order by p.first_seen_at, p.id;

-- name: seen.valid
-- Posts seen in [since, until) that are 有效, oldest first.
select p.* from posts p join assessments a on a.post_id = p.id
where p.first_seen_at >= :since and p.first_seen_at < :until and a.relevant >= :relevant_from order by p.first_seen_at, p.id;

-- name: seen.rest
-- All others of the same span, by source; not what a source's first poll brought from before it.
select p.source_id, count(*) as posts from posts p join assessments a on a.post_id = p.id
where p.first_seen_at >= :since and p.first_seen_at < :until
    and a.relevant < :relevant_from and not (a.territory = 'neighbour' and a.labels <> '[]')
    and not (p.baseline = 1
        and case when p.published_at is null or p.published_at > p.first_seen_at then p.first_seen_at else p.published_at end < :since)
group by p.source_id;
