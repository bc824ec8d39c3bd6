-- 政策跟踪: documents under watch, rounds of 征求意见.

-- name: policies.all
-- Days are JSON strings in ISO order, which is also the order of the text.
select * from policies order by issued_on, id;

-- name: policy.one
select * from policies where id = :id;

-- name: consultations.all
select * from consultations order by opens, id;

-- name: consultation.one
select * from consultations where id = :id;

-- name: policy.forget
-- Of posts still in the ledger: they are judged anew.
delete from policy_mentions where policy_id = :policy_id and exists (select 1 from posts p where p.id = policy_mentions.post_id);

-- name: policy.mention
insert into policy_mentions (policy_id, post_id, clause, kind) values (:policy_id, :post_id, :clause, :kind);

-- name: policy.gone
-- Counts of posts that are no longer in the ledger.
select m.clause, m.kind, count(*) as posts from policy_mentions m left join posts p on p.id = m.post_id
where m.policy_id = :policy_id and p.id is null group by m.clause, m.kind order by m.clause, m.kind;
