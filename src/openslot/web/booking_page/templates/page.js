(()=>{
const root=document.documentElement,$=id=>document.getElementById(id),step=document.querySelector("main").dataset.step;
const first=$("error-summary")||(["lost","challenge","limit"].includes(step)&&document.querySelector("h1"));
const form=$("details")||$("check"),focus=form&&form.dataset.focus;
if(first)first.focus();else if(focus&&$(focus))$(focus).focus();
document.querySelectorAll("#error-summary a").forEach(a=>a.addEventListener("click",e=>{
 const to=$(a.hash.slice(1));if(to){e.preventDefault();to.scrollIntoView();to.focus()}}));
document.addEventListener("submit",e=>{
 if(e.target.sent)e.preventDefault();e.target.sent=1;setTimeout(()=>e.target.sent=0,3e3)});
let end;
const count=()=>{const h=$("hold"),w=$("hold-warning");if(!h)return;
 const left=(end-performance.now())/1e3;
 if(w&&left<120&&left>0&&w.hidden)w.hidden=false};
const start=()=>{if($("hold"))end=performance.now()+$("hold").dataset.secondsLeft*1e3};
start();count();setInterval(count,1e3);
let last=performance.now();
if(form)form.addEventListener("input",async()=>{
 const b=form.querySelector("[name=more]");
 if(!b||performance.now()-last<6e4)return;last=performance.now();
 const d=new URLSearchParams(new FormData(form));d.append("more","1");
 try{const r=await fetch(b.formAction,{method:"POST",body:d,credentials:"omit"});if(!r.ok)return;
  const n=new DOMParser().parseFromString(await r.text(),"text/html");
  for(const id of["hold","hold-warning"]){const o=$(id),f=n.getElementById(id);
   if(o&&f){o.innerHTML=f.innerHTML;o.hidden=f.hidden;if(f.dataset.secondsLeft)o.dataset.secondsLeft=f.dataset.secondsLeft}}
  if(!n.querySelector("[name=more]"))b.remove();start()}catch{}});
const z=$("zone");
if(z){const o={hour:"numeric",minute:"2-digit"},day=(t,timeZone)=>t.toLocaleDateString("en-CA",{timeZone}),
 lang=root.lang.replace("ar-XB","en");
 document.querySelectorAll("button[name=start]").forEach(b=>{const t=new Date(b.value),zone={...o,timeZone:z.dataset.zone};
  if(day(t)+t.toLocaleTimeString("en",o)==day(t,z.dataset.zone)+t.toLocaleTimeString("en",zone))return;
  if(day(t)!=day(t,z.dataset.zone))o.weekday="long";else delete o.weekday;
  const s=document.createElement("span"),own=t.toLocaleTimeString(lang,o);s.dataset.ownTime="";$("own-zone").hidden=false;s.textContent=own;b.append(s);
  if(b.ariaLabel)b.ariaLabel+=", "+own})}
if(parent!==window){
 const say=()=>parent.postMessage({openslot:root.getBoundingClientRect().height,step:performance.timeOrigin},"*");
 new ResizeObserver(say).observe(root);say()}
})()
