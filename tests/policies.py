"""Three invented policy documents and an invented round of 征求意见. Nothing of them is in force anywhere."""

from datetime import date

from records.policy import Clause, Consultation, PolicyDocument, Suggestion, Taken

A_POLICY = PolicyDocument(
    id="lift", title="示例区既有住宅加装电梯补贴办法（试行）", number="示政规〔2018〕3号", issued_on=date(2018, 5, 1), until=date(2020, 4, 30),
    url="https://www.example.gov.cn/lift", unit="示例区住房和城乡建设局",
    short_names=("加装电梯补贴办法", "老楼电梯补贴办法"), watch_words=("加装电梯", "装电梯", "电梯补贴", "加梯", "业主表决"),
    interpreted_on=(date(2018, 5, 3),),
    clauses=(
        Clause(
            number="第三条", text="本办法适用于2000年12月31日前建成、四层以上（含四层）、无电梯的既有住宅。别墅和已列入征收计划的住宅不适用本办法。",
            plain="哪些房子哪些小区能装，几层楼、哪年建的符合条件，要拆迁的不行",
        ),
        Clause(
            number="第五条", text="加装电梯应当经本单元三分之二以上业主同意，其他业主无书面异议。一楼业主不同意的，由社区组织协商。",
            plain="要多少住户同意签字，一楼不同意怎么办，反对的邻居",
        ),
        Clause(
            number="第七条", text="每台电梯补贴15万元，其中区财政承担10万元，镇、街道承担5万元。",
            plain="补多少钱，一台电梯政府给多少补助",
        ),
        Clause(
            number="第八条", text="补贴资金在电梯验收合格后30个工作日内一次性拨付至业主委托账户。",
            plain="钱什么时候到账，多久发下来，分几次拨款",
        ),
        Clause(
            number="第十条", text="申请人向房屋所在地镇、街道提出申请，提交业主协议、设计方案和身份证明。申请不收取任何费用。",
            plain="去哪里申请，找谁办，要带什么材料，收不收费",
        ),
        Clause(
            number="第十二条", text="加装电梯可以提取业主及其配偶的住房公积金，用于支付本人分摊的费用。",
            plain="能不能用公积金，住房公积金提取",
        ),
        Clause(number="第十五条", text="本办法的补贴申请截止日期为2019年12月31日。",
            plain="到什么时候为止，截止到哪天，过期还能不能报"),
    ),
)  # fmt: skip

B_POLICY = PolicyDocument(
    id="elders", title="示例区老年人尊老金发放实施细则", number="示政办发〔2018〕21号", issued_on=date(2018, 4, 1), unit="示例区民政局",
    short_names=("尊老金实施细则", "尊老金细则"), watch_words=("尊老金", "高龄补贴", "老年补贴", "高龄津贴"), interpreted_on=(),
    clauses=(
        Clause(
            number="第二条", text="具有本区户籍、年满80周岁的老年人可以申领尊老金。不受有无退休金限制。",
            plain="多大岁数能领，什么人能领，户口要求，有退休工资能不能领",
        ),
        Clause(
            number="第四条", text="80至89周岁每人每月50元，90至99周岁每人每月100元，100周岁以上每人每月300元。",
            plain="每个月发多少钱，标准是多少，九十岁百岁给多少",
        ),
        Clause(
            number="第六条", text="符合条件的老年人本人或其亲属持身份证、户口簿到户籍所在地社区申请，也可以网上申请。委托他人代办的，提交委托书。",
            plain="怎么申请，到哪里办，要什么证件，子女能不能代办，网上办",
        ),
        Clause(
            number="第九条", text="尊老金自批准的次月起发放，每季度末月20日前通过银行卡发放。",
            plain="什么时候发，几号到账，哪天打到卡上，按月还是按季",
        ),
        Clause(
            number="第十一条", text="老年人每年1月至3月进行一次生存认证。因病行动不便的，社区应当上门认证。逾期未认证的暂停发放，补办后补发。",
            plain="人脸认证，刷脸，生存认证，不认证停发，走不动怎么办",
        ),
        Clause(
            number="第十三条", text="老年人死亡或户籍迁出的，自次月起停止发放，多领的应当退回。",
            plain="去世以后，人走了，户口迁走，搬走了还发不发",
        ),
    ),
)  # fmt: skip

A_ROUND = Consultation(
    id="lift-draft", title="示例区既有住宅加装电梯补贴办法（征求意见稿）", unit="示例区住房和城乡建设局",
    opens=date(2018, 3, 1), closes=date(2018, 3, 30),
    url="https://www.example.gov.cn/lift-draft",
    suggestions=(
        Suggestion(text="建议把补贴提高到每台20万元", taken=Taken.DECLINED, unit="示例区财政局", reason="区级财力有限，按15万元执行"),
        Suggestion(text="建议允许提取公积金支付加装电梯费用", taken=Taken.ADOPTED, unit="示例区住房和城乡建设局"),
        Suggestion(text="每台电梯的补贴应提高到20万元", taken=Taken.DECLINED, unit="示例区财政局", reason="区级财力有限，按15万元执行"),
        Suggestion(text="希望补贴提高到20万元一台", taken=Taken.DECLINED, unit="示例区财政局", reason="区级财力有限，按15万元执行"),
        Suggestion(text="一楼住户应当给补偿", taken=Taken.PARTLY, unit="示例区住房和城乡建设局", reason="由业主协商，不作统一规定"),
    ),
)  # fmt: skip

C_POLICY = PolicyDocument(
    id="startup", title="示例区返乡创业补贴实施办法", number="示人社规〔2018〕7号", issued_on=date(2018, 2, 1), unit="示例区人力资源和社会保障局",
    short_names=("返乡创业补贴办法",), watch_words=("返乡创业补贴", "创业补贴", "返乡创业"),
    clauses=(
        Clause(
            number="第二条", text="返乡创业的农民工、高校毕业生、退役军人，年龄在50周岁以下，在本区首次注册个体工商户或者企业的，可以申请补贴。",
            plain="哪些人能申请，多大年纪，大学生农民工行不行",
        ),
        Clause(number="第三条", text="补贴标准为每户1万元，一次性发放。", plain="补多少钱，给多少，一次给还是每年给"),
        Clause(
            number="第四条", text="申请人应当正常经营满6个月。从事网上经营的，可以凭平台交易记录申请。",
            plain="开业多久才能报，开网店行不行，要不要门面流水",
        ),
        Clause(
            number="第五条", text="申请人向注册地镇、街道人力资源和社会保障服务中心提交营业执照、身份证明和经营记录。受理不收取任何费用。",
            plain="去哪里交材料，要带什么，找谁办，收不收钱",
        ),
        Clause(number="第六条", text="镇、街道应当在20个工作日内完成审核并公示。", plain="审核要多久，多长时间批下来，公示几天"),
        Clause(number="第八条", text="领取补贴后一年内注销的，应当退回补贴。", plain="关门了要不要退，倒闭了怎么办"),
    ),
)  # fmt: skip
