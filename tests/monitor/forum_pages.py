"""Forum pages written for these tests, in the shapes Discuz! X, 7.2, its archiver, mobile and printable skins draw."""

from collections.abc import Sequence
from dataclasses import dataclass

URL = "http://bbs.example.cn/thread-71-1-1.html"
BOARD_URL = "http://bbs.example.cn/forum-2-1.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One post of a test thread."""

    pid: int
    name: str
    at: str
    ago: str
    html: str
    floor: str


OPENING = Said(
    pid=900,
    name="河东住户",
    at="2018-06-08 07:53:35",
    ago="4&nbsp;小时前",
    html="我们小区从昨晚开始停水，物业电话打不通。<br />\n老人孩子都等着用水，请有关部门管一管。<br />\n",
    floor="楼主",
)
REPLIES = (
    Said(
        pid=901, name="路人甲", at="2018-06-08 08:43:12", ago="3&nbsp;小时前", html="水务公司说水泵烧了，正在换。", floor="沙发"
    ),
    Said(
        pid=902,
        name="路人乙",
        at="2018-06-08 09:10:00",
        ago="2&nbsp;小时前",
        html='<div class="quote"><blockquote>路人甲 发表于 2018-6-8 08:43<br />水务公司说水泵烧了</blockquote></div>那什么时候来水？',
        floor="板凳",
    ),
    Said(
        pid=903,
        name="路人丙",
        at="2018-06-08 10:00:00",
        ago="1&nbsp;小时前",
        html="下午三点通知说来水了。",
        floor="<em>4</em><sup>#</sup>",
    ),
)
_HEAD = """<!DOCTYPE html>
<html><head>
<meta charset="utf-8" />
<title>{title} - 城事热议 -  某城在线 -  Powered by Discuz!</title>
<meta name="generator" content="Discuz! X3.5" />
<base href="http://bbs.example.cn/" />
<script type="text/javascript">var STYLEID = '1', discuz_uid = '0', cookiepre = 'x_';</script>
</head>
"""
_FOOT = """
<div id="ft" class="wp cl"><a href="archiver/">Archiver</a> <a href="forum.php?showmobile=yes">手机版</a>
<p>Powered by <strong><a href="https://www.discuz.vip/">Discuz!</a></strong> <em>X3.5</em> GMT+8, 2018-6-8 12:00</p></div>
</body></html>
"""


def thread(
    posts: Sequence[Said] = (OPENING, *REPLIES), *, title: str = "小区停水一天一夜没人管", replies: int = 3, views: int = 512
) -> str:
    """A desktop thread page of X3.5."""
    return (
        _HEAD.format(title=title)
        + f"""<body id="nv_forum" class="pg_viewthread">
<div id="nv"><ul><li><a href="forum.php">论坛</a></li><li><a href="home.php">空间</a></li></ul></div>
<div id="postlist" class="pl bm"><table><tr><td class="pls ptn pbn"><div class="hm ptn">
<span class="xg1">查看:</span> <span class="xi1">{views}</span><span class="pipe">|</span>
<span class="xg1">回复:</span> <span class="xi1">{replies}</span></div></td>
<td class="plc ptm pbn vwthd"><h1 class="ts"><span id="thread_subject">{title}</span></h1></td></tr></table>
"""
        + "\n".join(_desktop_post(post) for post in posts)
        + "</div>"
        + _FOOT
    )


def _desktop_post(post: Said) -> str:
    return f"""<div id="post_{post.pid}"><table id="pid{post.pid}" class="plhin"><tr><td class="pls">
<div class="pi"><div class="authi"><a href="space-uid-4.html" class="xw1">{post.name}</a></div></div>
<div class="p_pop" id="userinfo{post.pid}" style="display: none"><em>当前离线</em></div></td>
<td class="plc"><div class="pi"><strong><a href="thread-71-1-1.html" id="postnum{post.pid}">{post.floor}</a></strong>
<div class="authi"><em id="authorposton{post.pid}">发表于 <span title="{post.at}">{post.ago}</span></em></div></div>
<div class="pct"><div class="t_fsz"><table><tr><td class="t_f" id="postmessage_{post.pid}">
<i class="pstatus"> 本帖最后由 {post.name} 于 2018-6-8 08:00 编辑 </i>
<div class="attach_nopermission attach_tips"><p>您需要 <a href="member.php?mod=logging">登录</a> 才可以下载或查看</p></div>
{post.html}<font class="jammer">g7 x2 防采集</font><span style="display:none">q9z</span>
<ignore_js_op><img id="aimg_1" file="data/a.jpg" src="static/none.gif" /><div class="tip tip_4 aimg_tip">微信图片.jpg (12 KB)</div></ignore_js_op>
</td></tr></table></div></div></td></tr></table></div>"""


def old_thread() -> str:
    """A thread page of Discuz! 7.2."""
    return """<html><head><title>东门路灯坏了 - 民生 - 某城论坛 - Powered by Discuz!</title>
<meta name="generator" content="Discuz! 7.2" /><script>var discuz_uid = 0;</script></head>
<body id="viewthread"><div id="postlist"><div class="viewthread_head"><div id="threadtitle"><h1>东门路灯坏了</h1></div></div>
<div id="post_31"><table id="pid31" summary="pid31"><tr><td class="postauthor"><div class="postinfo"><a href="space.php?uid=7">夜归人</a></div></td>
<td class="postcontent"><div class="postinfo"><strong><a id="postnum31">1<sup>#</sup></a></strong>
<div class="authorinfo"><em id="authorposton31">发表于 2018-6-7 21:05</em></div></div>
<div class="t_msgfontfix"><table><tr><td class="t_msgfont" id="postmessage_31">东门到菜场一段路灯全不亮。<br />走夜路不安全。</td></tr></table></div>
</td></tr></table></div>
<div id="post_32"><table id="pid32"><tr><td class="postauthor"><div class="postinfo"><a href="space.php?uid=8">邻居</a></div></td>
<td class="postcontent"><div class="postinfo"><strong><a id="postnum32">2<sup>#</sup></a></strong>
<div class="authorinfo"><em id="authorposton32">发表于 2018-6-7 22:40</em></div></div>
<div class="t_msgfontfix"><table><tr><td class="t_msgfont" id="postmessage_32">已经报修三次了。</td></tr></table></div>
</td></tr></table></div></div></body></html>"""


def archived_thread() -> str:
    """The archiver's page of the thread."""
    parts = "\n".join(
        f"""<p class="author"><strong>{post.name}</strong> 发表于 <span title="{post.at}">{post.ago}</span></p>
<h3>{"小区停水一天一夜没人管" if post is OPENING else ""}</h3>
{post.html}"""
        for post in (OPENING, *REPLIES)
    )
    return f"""<html><head><base href="http://bbs.example.cn/archiver/" />
<title>小区停水一天一夜没人管 - 城事热议 - 某城在线 -  Powered by Discuz! Archiver</title><meta name="generator" content="Discuz! X3.5" /></head>
<body><div id="nav"><a href="./">论坛</a> &rsaquo; 小区停水一天一夜没人管</div>
<div id="content">{parts}<div class="page">页: <strong>[1]</strong></div></div>
<div id="end">查看完整版本: <a href="../thread-71-1-1.html">小区停水一天一夜没人管</a></div></body></html>"""


def mobile_thread() -> str:
    """The touch skin's page of the thread."""

    def box(post: Said) -> str:
        counts = (
            '<span class="y"><i class="dm-eye"></i><em>512</em><i class="dm-chat-s"></i><em>3</em></span>'
            if post is OPENING
            else ""
        )
        return f"""<div class="plc cl" id="pid{post.pid}"><div class="display pi"><ul class="authi">
<li class="mtit"><span class="y">{post.floor}</span><span class="z"><a href="home.php?uid=4">{post.name}</a></span></li>
<li class="mtime">{counts}{post.ago}</li></ul><div class="message">{post.html}</div></div></div>"""

    return f"""<html><head><title>小区停水一天一夜没人管 - 城事热议 -  某城在线 -  手机版 - Powered by Discuz!</title>
<script>var discuz_uid = '0';</script></head><body id="forum" class="pg_viewthread">
<div class="viewthread"><div class="view_tit">
小区停水一天一夜没人管</div>{"".join(box(post) for post in (OPENING, *REPLIES))}</div></body></html>"""


def printable_thread() -> str:
    """The print view of the thread."""
    parts = '<hr noshade size="2" width="100%">\n'.join(
        f"""<b>作者: </b>{post.name}&nbsp; &nbsp; <b>时间: </b><span title="{post.at[:16]}">{post.ago}</span><br />
{"<b>标题: </b>小区停水一天一夜没人管<br />" if post is OPENING else ""}{post.html}"""
        for post in (OPENING, *REPLIES)
    )
    return f"""<html><head><title>小区停水一天一夜没人管 - 某城在线 - Powered by Discuz!</title><script>var discuz_uid = '0';</script></head>
<body><h1>某城在线</h1>
<b>标题: </b>小区停水一天一夜没人管 <b><a href="###" onclick="window.print();">[打印本页]</a></b><br />
<hr noshade size="2" width="100%">{parts}<hr noshade>
<table><tr><td>欢迎光临 某城在线</td><td>Powered by Discuz! X3.5</td></tr></table></body></html>"""


def notice(words: str, *, body_class: str = "pg_viewthread") -> str:
    """The message page in place of a thread or board."""
    return (
        _HEAD.format(title="提示信息")
        + f"""<body id="nv_forum" class="{body_class}"><div id="wp" class="wp"><div class="nfl"><div class="f_c altw">
<div id="messagetext" class="alert_info"><p>{words}</p></div></div></div></div>"""
        + _FOOT
    )


def board() -> str:
    """A desktop board: two stickies, the separator, three threads (one moved, one with a relative date only)."""
    rows = "".join(
        (
            _row("stickthread_1", 1, "【版规】发帖须知", "<span>2018-01-02</span>", 3, "18422"),
            '<tbody id="separatorline"><tr class="ts"><td></td><th><a href="javascript:;" class="forumrefresh">版块主题</a></th></tr></tbody>',
            _row(
                "normalthread_71",
                71,
                "小区停水一天一夜没人管",
                '<span class="xi1"><span title="2018-06-08">4&nbsp;小时前</span></span>',
                3,
                "512",
            ),
            _row("normalthread_99", 64, "东门路灯坏了", "<span>2018-06-07</span>", 1, "1.2万"),
            _row(
                "normalthread_72",
                72,
                "8 路车改道了？",
                '<span class="xi1"><span title="2018-06-08">半小时前</span></span>',
                0,
                "9",
            ),
        )
    )
    return (
        _HEAD.format(title="城事热议")
        + f"""<body id="nv_forum" class="pg_forumdisplay"><div id="nv"><a href="forum.php">论坛</a></div>
<span id="fd_page_top"><div class="pg"><strong>1</strong><a href="forum-2-2.html">2</a><a href="forum-2-2.html" class="nxt">下一页</a></div></span>
<div id="threadlist"><table id="threadlisttableid">{rows}</table></div>"""
        + _FOOT
    )


def _row(row: str, tid: int, title: str, opened: str, replies: int, views: str) -> str:
    return f"""<tbody id="{row}"><tr><td class="icn"><a href="thread-{tid}-1-1.html" title="新窗口打开"></a></td>
<th class="common"><a href="javascript:;" class="showcontent y"></a><a href="javascript:void(0);" class="closeprev y">隐藏置顶帖</a>
 <a href="thread-{tid}-1-1.html" onclick="atarget(this)" class="s xst">{title}</a>
<a href="forum.php?mod=redirect&amp;tid={tid}&amp;goto=lastpost#lastpost" class="xi1">New</a></th>
<td class="by"><cite><a href="space-uid-2.html">某人</a></cite><em>{opened}</em></td>
<td class="num"><a href="thread-{tid}-1-1.html" class="xi2">{replies}</a><em>{views}</em></td>
<td class="by"><cite><a href="space-uid-3.html">末位</a></cite>
<em><a href="forum.php?mod=redirect&tid={tid}&goto=lastpost#lastpost"><span title="2018-06-08 11:58">2&nbsp;分钟前</span></a></em></td></tr></tbody>
"""


def archived_board() -> str:
    """The archiver's list of a board."""
    return """<html><head><base href="http://bbs.example.cn/archiver/" /><title>城事热议 - 某城在线 -  Powered by Discuz! Archiver</title>
<meta name="generator" content="Discuz! X3.5" /></head><body><div id="nav"><a href="./">论坛</a> &rsaquo; 城事热议</div>
<div id="content"><ul type="1" start="1">
<li><a href="tid-71.html">小区停水一天一夜没人管</a> (3篇回复)
<li><a href="tid-64.html">东门路灯坏了</a> (1篇回复)
</ul><div class="page">页: <strong>[1]</strong></div></div></body></html>"""


def mobile_board() -> str:
    """The touch skin's list of a board."""
    return """<html><head><title>城事热议 -  某城在线 -  手机版 - Powered by Discuz!</title><script>var discuz_uid = '0';</script>
<base href="http://bbs.example.cn/" /></head><body id="forum" class="pg_forumdisplay">
<div class="threadlist_box cl"><div class="threadlist cl"><ul>
<li class="list_top"><a href="forum.php?mod=viewthread&amp;tid=1&amp;mobile=2"><span class="micon">置顶</span><em>【版规】发帖须知</em></a></li>
<li class="list"><div class="threadlist_top cl"><div class="muser"><h3><a href="home.php?uid=4" class="mmc">河东住户</a></h3>
<span class="mtime">4&nbsp;小时前</span></div></div>
<a href="forum.php?mod=viewthread&amp;tid=71&amp;extra=page%3D1&amp;mobile=2"><div class="threadlist_tit cl"><em>小区停水一天一夜没人管</em></div></a>
<a href="forum.php?mod=viewthread&amp;tid=71&amp;mobile=2"><div class="threadlist_mes cl">我们小区从昨晚开始停水，物业电话 ...</div></a>
<div class="threadlist_foot cl"><ul><li><i class="dm-eye-fill"></i>512</li><li><i class="dm-chat-s-fill"></i>3</li></ul></div></li>
</ul></div></div></body></html>"""
