(()=>{
const me=document.currentScript,d=me.dataset,base=me.src.replace(/\/embed\.js.*/,""),origin=new URL(base).origin,
 page=base+"/book/"+encodeURIComponent(d.account),q=new URLSearchParams();
for(const n of["service","branch","resource","lang"])if(d[n])q.set(n,d[n]);
const link=page+(q.size||`${q}`?"?"+q:"");q.set("embed","1");
const f=document.createElement("iframe");
f.title=d.title||{nl:"Afspraak maken",de:"Termin buchen"}[(d.lang||"").slice(0,2)]||"Book an appointment";f.src=page+"?"+q;
f.width="100%";f.height=600;f.setAttribute("frameborder","0");f.setAttribute("scrolling","no");
let step,timer=setTimeout(()=>{
 const a=document.createElement("a");a.href=link;a.textContent=f.title;f.replaceWith(a)},5e3);
addEventListener("message",e=>{
 if(e.origin!==origin||e.source!==f.contentWindow||!e.data||!e.data.openslot)return;
 clearTimeout(timer);f.height=Math.ceil(e.data.openslot);
 if(step&&step!==e.data.step)f.scrollIntoView({block:"start"});step=e.data.step});
me.after(f)
})()
