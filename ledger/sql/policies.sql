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
