"""The look of the pages."""

CSS = """
:root{--o:#ff6a00;--ink:#23262d;--soft:#6d7480;--line:#e7e9ee;--bg:#f5f6f8;--ok:#14804a;--bad:#c4320a}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:14px/1.5 "PingFang SC","Noto Sans CJK SC","Microsoft YaHei",
system-ui,sans-serif}
header{display:flex;align-items:center;gap:6px;background:#fff;border-bottom:1px solid var(--line);padding:0 28px;
height:60px;position:sticky;top:0;z-index:2}
.logo{font-size:22px;font-weight:800;color:var(--o);text-decoration:none;margin-right:26px;letter-spacing:-.5px}
.logo b{color:var(--ink);font-weight:600;margin-left:5px;font-size:17px}
.logo i,.badge i{font-style:normal;font-size:11px;color:var(--soft);margin-left:5px;font-weight:400;letter-spacing:0}
nav{display:flex;gap:2px;height:100%;flex:1}
nav a{display:flex;flex-direction:column;justify-content:center;padding:0 13px;color:var(--ink);text-decoration:none;
border-bottom:3px solid transparent;border-top:3px solid transparent;line-height:1.25}
nav a:hover{color:var(--o)}nav a.on{border-bottom-color:var(--o);color:var(--o);font-weight:600}
.zh{display:block}.en{display:block;color:var(--soft);font-size:.8em;font-weight:400}
main{max-width:1280px;margin:22px auto;padding:0 28px}
footer{text-align:center;color:var(--soft);font-size:12px;padding:8px 0 30px}
h1{font-size:20px;margin:0 0 14px}h2{font-size:16px;margin:0 0 10px}
.card{background:#fff;border:1px solid var(--line);border-radius:10px;padding:18px 20px;margin-bottom:14px}
.narrow{max-width:560px;margin-left:auto;margin-right:auto}.center{text-align:center}
.row{display:flex;gap:14px;align-items:center;flex-wrap:wrap}.grow{flex:1}.top{align-items:flex-start}
.muted{color:var(--soft)}.small{font-size:12px}.money{font-variant-numeric:tabular-nums;font-weight:600;white-space:nowrap}
.big{font-size:26px;color:var(--o);font-weight:700}
button,.button{display:inline-block;font:inherit;font-size:13px;border:1px solid #d5d8de;background:#fff;border-radius:6px;padding:5px 11px;
cursor:pointer;color:var(--ink);text-decoration:none;line-height:1.3}
button:hover,.button:hover{border-color:var(--o);color:var(--o)}
button.main,.button.main{background:var(--o);border-color:var(--o);color:#fff;font-weight:600}
button.main:hover{background:#e85f00;color:#fff}button.large{padding:11px 34px;font-size:16px;border-radius:8px}
button .en{display:inline;margin-left:5px}button.main .en{color:#ffe3cf}button .zh{display:inline}
input,select,textarea{font:inherit;border:1px solid #d5d8de;border-radius:6px;padding:5px 8px;background:#fff}
input[type=number],input.short{width:86px}textarea{width:100%;min-height:76px;font-family:monospace;font-size:12px}
input:focus,select:focus,textarea:focus{outline:2px solid #ffd2b0;border-color:var(--o)}
form{display:inline-flex;gap:6px;align-items:center;margin:0}
.badge{display:inline-block;border-radius:20px;padding:2px 10px;background:#eef0f3;font-size:12px;font-weight:600}
.badge.wait{background:#fff1e4;color:#b54700}.badge.go{background:#e8f1ff;color:#1b54b8}
.badge.ok{background:#e4f6ec;color:var(--ok)}.badge.bad{background:#fdeae6;color:var(--bad)}
img.thumb{width:52px;height:52px;border-radius:6px;border:1px solid var(--line);object-fit:cover;vertical-align:middle}
table{width:100%;border-collapse:collapse}th{text-align:left;color:var(--soft);font-weight:500;font-size:12px}
td,th{padding:8px 10px;border-bottom:1px solid var(--line);vertical-align:middle}tr:last-child td{border-bottom:0}
td.num,th.num{text-align:right;font-variant-numeric:tabular-nums}
.mono{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:12px}
.tools{border-top:1px dashed var(--line);margin-top:12px;padding-top:12px;display:flex;gap:8px;flex-wrap:wrap;
align-items:center}
.bar{display:flex;gap:10px;align-items:center;background:#23262d;color:#fff;border-radius:10px;padding:10px 18px;
margin-bottom:16px;flex-wrap:wrap}
.bar .time{font-size:17px;font-weight:600;font-variant-numeric:tabular-nums}.bar .en{color:#aeb4bf}
.bar button{background:#353a44;border-color:#4a505c;color:#fff}.bar button:hover{border-color:var(--o)}
.bar input{background:#353a44;border-color:#4a505c;color:#fff}
.said{background:#e4f6ec;color:var(--ok);border-radius:8px;padding:9px 16px;margin-bottom:14px}
.said.bad{background:#fdeae6;color:var(--bad)}
.empty{text-align:center;color:var(--soft);padding:48px 0}
.chips a{display:inline-block;border:1px solid var(--line);border-radius:20px;padding:3px 13px;margin:0 6px 8px 0;
background:#fff;color:var(--ink);text-decoration:none;font-size:13px}
.chips a.on{background:var(--o);border-color:var(--o);color:#fff}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:14px}
.tile{background:#fff;border:1px solid var(--line);border-radius:10px;overflow:hidden;color:var(--ink);text-decoration:none;
display:block}
.tile:hover{border-color:var(--o);box-shadow:0 4px 16px #0000000f}.tile img{width:100%;display:block;aspect-ratio:1}
.tile div{padding:10px 12px}.tile b.money{color:var(--o);font-size:17px}
.two{display:grid;grid-template-columns:440px 1fr;gap:28px}.two>div{min-width:0}
.hero{width:100%;border-radius:10px;display:block}.strip{display:flex;gap:8px;margin-top:8px}
.strip img{width:80px;border-radius:6px;border:1px solid var(--line)}
.prices{display:flex;gap:34px;background:#fff6ef;border-radius:8px;padding:14px 18px;margin:12px 0}
.facts{display:grid;grid-template-columns:1fr 1fr;gap:0 28px}.facts>div{display:flex;justify-content:space-between;gap:12px;
border-bottom:1px solid var(--line);padding:6px 0}
.login{max-width:420px;margin:36px auto}.login .card{padding:30px 34px}
ul.plain{list-style:none;padding:0;margin:12px 0}ul.plain li{padding:7px 0 7px 24px;position:relative;border-bottom:1px solid var(--line)}
ul.plain li:before{content:"✓";position:absolute;left:2px;color:var(--ok);font-weight:700}
.facts b{text-align:right}
label.choice{display:flex;gap:12px;align-items:center;border:1px solid var(--line);border-radius:8px;padding:12px 16px;
margin-bottom:8px;cursor:pointer}label.choice:hover{border-color:var(--o)}
form.block{display:block}
details summary{cursor:pointer;color:var(--soft);font-size:13px}
ol.trace{margin:8px 0 0;padding-left:18px;font-size:12px;color:var(--soft)}
"""
