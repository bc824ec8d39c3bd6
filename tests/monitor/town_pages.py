"""News, government and mailbox pages written for these tests, in the shapes the common content systems draw."""

TITLE = "青年路供水管网改造今日开工"
PARAGRAPHS = (
    "本报讯 今天上午，青年路供水管网改造工程开工，沿线三个小区的供水将分段停水施工，工期预计四十天。",
    "区水务局有关负责人介绍，这段管网已经使用二十三年，去年冬天先后爆管五次，居民意见很大。",
    "施工期间，每天二十二时至次日五时停水，请居民提前储水；有老人和婴儿的家庭，可以拨打热线预约送水。",
    "街道已经安排志愿者逐户通知，并在小区门口设置临时取水点，保证居民基本用水。",
)
_PROSE = "\n".join(f"<p>　　{paragraph}</p>" for paragraph in PARAGRAPHS)
BODY = "\n".join(PARAGRAPHS)
_MENU = """<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/yw/">要闻</a></li><li><a href="/ms/">民生</a></li>
<li><a href="/wt/">文体</a></li><li><a href="/bm/">便民服务</a></li></ul></div>"""
_NAMES = ("大洋湾樱花节今日闭幕游客破万", "我区三所学校新学期扩班招生", "老旧小区加装电梯首批开工", "夏季防汛演练在新洋港举行")
_LATEST = "\n".join(
    f'<li><a href="/news/2018060{n}/10{n}.html">{name}</a><span>06-0{n}</span></li>' for n, name in enumerate(_NAMES, start=1)
)
_FOOTER = """<div class="footer"><p>主办：某区融媒体中心　版权所有，未经授权，不得转载。　备案号：苏ICP备00000000号</p></div>"""


def news(*, head: str = "", byline: str = "2018-06-08 09:30　来源：某报　记者：某某", after: str = "") -> str:
    """An article of a newspaper's site."""
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{TITLE}_民生_某城新闻网</title>{head}</head><body>{_MENU}
<div class="path">当前位置：<a href="/">首页</a> &gt; <a href="/ms/">民生</a> &gt; 正文</div>
<div class="main"><h1>{TITLE}</h1><div class="info">{byline}</div>
<div class="article-content">{_PROSE}</div>{after}
<div class="related"><h3>相关阅读</h3><ul>{_LATEST}</ul></div></div>
<div class="sidebar"><h3>最新</h3><ul>{_LATEST}</ul></div>{_FOOTER}</body></html>"""


def government(*, footer: str = "发布日期：2018-06-08 15:27　来源：区水务局　浏览次数：1,204　字体：[ 大 中 小 ]") -> str:
    """A notice in the JCMS shape: title cell, by-line cell, #zoom with bare text and <br>."""
    lines = "<br>".join(f"　　{paragraph}" for paragraph in PARAGRAPHS)
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>某区人民政府 通知公告 {TITLE}</title><meta name="ArticleTitle" content="{TITLE}"></head><body>{_MENU}
<table width="1000"><tr><td class="title"><h1>{TITLE}</h1></td></tr><tr><td>{footer}</td></tr>
<tr><td><div id="zoom">{lines}</div></td></tr><tr><td>打印本页　关闭窗口</td></tr></table>{_FOOTER}</body></html>"""


def letter() -> str:
    """A short public letter with its answer, of a mayor's mailbox."""
    return """<html><head><title>来信详情 - 区长信箱</title></head><body><div class="top"><a href="/">首页</a></div><div class="xinxi">
<h2>关于小区二次供水问题的来信</h2><p>来信时间：2018-06-06 20:11　编号：20180606012</p>
<div class="laixin"><p>尊敬的领导：我小区二次供水登录系统后无法缴费，页面提示信息不存在，水也停了两天。请帮助解决。</p></div>
</div></body></html>"""


def listing(rows: str, *, title: str = "民生新闻", top: str = _MENU, foot: str = _FOOTER) -> str:
    """A list page around `rows`."""
    return f"""<html><head><meta charset="utf-8"><title>{title}_某城新闻网</title></head><body>{top}
<div class="crumb"><a href="/">首页</a> &gt; <a href="/ms/">民生</a></div>
<div class="list"><ul>{rows}</ul></div>
<div class="pages"><a href="index.html">首页</a> <a href="index_2.html">2</a> <a href="index_2.html">下一页</a> <a href="index_9.html">尾页</a></div>
<div class="friends"><a href="http://www.example.org/">某某部网站</a> <a href="http://www.example.net/">某某协会</a></div>{foot}</body></html>"""


ITEMS = (
    ("/ms/20180608/201.html", "青年路供水管网改造今日开工", "2018-06-08"),
    ("/ms/20180607/200.html", "三个小区试点垃圾分类积分兑换", "2018-06-07"),
    ("/ms/20180606/199.html", "学区划分方案公开征求意见", "2018-06-06"),
    ("/ms/20180605/198.html", "公交 8 路、12 路调整运行线路", "2018-06-05"),
    ("/ms/20180604/197.html", "夏季用电高峰将至供电公司检修线路", "2018-06-04"),
)


def rows(*, date: str = "<span>{day}</span>") -> str:
    """The items as list rows, each with its date as `date` draws it."""
    return "\n".join(f'<li><a href="{href}">{name}</a>{date.format(day=day)}</li>' for href, name, day in ITEMS)


def datastore() -> str:
    """A JCMS column page: the rows stand in a script's datastore."""
    records = "\n".join(
        f"<record><![CDATA[<li><a href='/art/2018/6/{n}/art_12219_386735{n}.html' title='{name}'>{name[:9]}...</a>"
        f"<b>2018-06-0{n}</b></li>]]></record>"
        for n, (_, name, _) in enumerate(ITEMS, start=1)
    )
    return f"""<html><head><title>通知公告</title></head><body>{_MENU}<div id="123"><script type="text/xml"><datastore>
<nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=2"></a>]]></nextgroup>
<recordset>{records}</recordset></datastore></script></div>{_FOOTER}</body></html>"""


def epaper() -> str:
    """One page of an e-paper: its items without dates, the other pages of the issue beside."""
    pages = "".join(
        f'<li><a href="node_0{n}.html">第0{n}版：{name}</a></li>'
        for n, name in enumerate(("头版", "要闻", "民生", "副刊"), start=1)
    )
    items = "".join(
        f'<li><a href="content_{1000 + n}.html">{name}</a></li>'
        for n, name in enumerate(
            ("青年路供水管网改造今日开工", "图片新闻", "学区划分方案公开征求意见", "短评：把水送到居民家里"), start=1
        )
    )
    return f"""<html><head><title>某报 2018-06-08 第03版</title></head><body><div class="bmdh"><ul>{pages}</ul></div>
<div class="ban"><map name="m"><area shape="rect" coords="0,0,9,9" href="content_1001.html"></map></div>
<div class="titles"><ul>{items}</ul></div></body></html>"""


def challenge() -> str:
    """A challenge page served with status 200."""
    return """<html><head><title>安全验证</title><script>setTimeout("location.reload()", 1500)</script></head>
<body>
<div class="box"><p>检测到您的访问过于频繁，请完成验证后继续</p>
<form><input name="code"><input type="submit" value="提交"></form></div></body></html>"""
