(async()=>{
const form=document.querySelector("[data-challenge]"),p=JSON.parse(form.dataset.challenge),
 text=new TextEncoder(),hex=b=>[...new Uint8Array(b)].map(x=>x.toString(16).padStart(2,"0")).join("");
form.querySelector("p").hidden=!crypto.subtle;
for(let number=0;number<=p.maxnumber;number++)
 if(hex(await crypto.subtle.digest("SHA-256",text.encode(p.salt+number)))===p.challenge){
  const{algorithm,challenge,salt,signature}=p;
  form.altcha.value=btoa(JSON.stringify({algorithm,challenge,number,salt,signature}));
  form.submit();return}
})()
